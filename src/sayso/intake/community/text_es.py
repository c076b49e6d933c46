"""Spanish sentences. The format is in ``phrases``."""

TEXT = """
[hiring]
= role: una planificadora | un contable de nóminas | una técnica | un comprador | una traductora
= thing: el sueldo | el tamaño del equipo | el plazo de preaviso | el horario
[hiring.open]
Buscamos {role} para nuestra oficina en {city}.
Después de {n} semanas hemos encontrado {role}.
¿Por qué aparece tan poco {thing} en los anuncios?
[hiring.middle]
Nuestro anuncio ya dice cuál es {thing}.
Cada candidato recibe una respuesta en {n} días.
Recibimos {nn} solicitudes para este puesto.
[hiring.reply]
¿También habláis de esto en la entrevista?
[logistics]
= goods: las piezas de repuesto | los productos fríos | las devoluciones | las cajas vacías
[logistics.open]
Nuestro almacén en {city} movió {nn} cargas el {day}.
¿Cómo se planifican {goods} cuando el pronóstico falla siempre?
[logistics.middle]
La primera hora decide el día.
{goods} ocupan más espacio de lo previsto.
Pagamos la espera desde el primer minuto.
[logistics.reply]
¿También enviáis {goods} en tren?
[teaching]
= subject: las fracciones | la lectura de mapas | la probabilidad | los circuitos eléctricos
[teaching.open]
¿Cómo explicar {subject} para que todos lo entiendan?
Esta semana enseñé {subject} sin pizarra.
[teaching.middle]
La clase necesitó {nn} minutos.
Hago la pregunta y espero, y eso es lo difícil.
El {day} repasamos {subject}.
[teaching.reply]
¿Puedes compartir la ficha sobre {subject}?
[nursing]
= task: el cambio de turno | la cura de heridas | la ronda de medicación | la prevención de caídas
[nursing.open]
Ahora hacemos {task} entre dos personas.
¿Qué ayuda cuando faltan dos compañeros?
[nursing.middle]
Hemos descrito {task} en {n} pasos.
Ahora todos los cajones son iguales.
Antes, {task} llevaba {nn} minutos.
[nursing.reply]
Para nosotros también es difícil {task}.
[gardening]
= plant: las judías | los tomates | los setos | las fresas | los rosales
= tool: la horca de cavar | la sierra japonesa | la azada de rueda
[gardening.open]
¿Qué herramienta usáis para {plant}?
Uso {tool} desde hace {years} años en mi jardín.
[gardening.middle]
Después de cada uso engraso el mango.
{plant} necesitan menos agua de lo que se cree.
Los mangos de fresno duran más.
[gardening.reply]
¿Qué aceite usas?
[software]
= part: la búsqueda | la facturación | el informe nocturno
= fault: una zona horaria equivocada | un índice que faltaba | un certificado caducado
[software.open]
Perdimos {n} horas por culpa de {fault}.
Nuestro equipo en {city} borró {nn} mil líneas.
[software.middle]
Los cambios pequeños se revisan mejor.
Una copia de seguridad solo cuenta si se ha restaurado.
Desde {month}, {part} tiene por fin un responsable.
[software.reply]
A nosotros nos pasó lo mismo con {fault}.
[accounting]
= doc: la declaración del IVA | los gastos de viaje | la lista de proveedores
= client: una panadería | un club deportivo | un teatro pequeño
[accounting.open]
Llevo las cuentas de {client} en {city}.
Cerramos el mes de {month} en {n} días.
[accounting.middle]
Cuatro ojos ven el error antes que el banco.
Eliminamos {n} informes que nadie leía.
Reviso {doc} línea por línea.
[accounting.reply]
¿Quién revisa {doc} en tu oficina?
[kitchen]
= dish: la sopa de lentejas | la tarta de cebolla | la tarta de manzana | la calabaza asada
[kitchen.open]
Nuestro comedor en {city} cocina para {nn} personas al día.
Desde {month}, {dish} está en la carta.
[kitchen.middle]
La carta tiene ahora {n} platos.
Pesamos las sobras y tiramos menos.
La pausa de {nn} minutos está en el plan.
[kitchen.reply]
¿Cuánto cuesta {dish} en tu local?
[common]
= day: lunes | martes | miércoles | jueves | viernes
= month: enero | febrero | marzo | abril | mayo | junio | septiembre | octubre | noviembre
[common.close]
¿Y vosotros cómo lo hacéis?
En {month} contaré más.
No está terminado, pero está mejor.
Gracias a todo el equipo.
[common.reply]
Gracias por escribirlo.
Estoy bastante de acuerdo.
Es un buen punto.
¿Lo harías otra vez?
Se lo he enviado a una compañera.
[common.mention]
{name} preguntó por esto la semana pasada.
Gracias a {handle} por la idea.
{handle} sabe más que yo de esto.
[common.email]
Para cualquier pregunta, escribid a {email} sin problema.
[common.phone]
Me podéis llamar al {phone}.
[common.url]
Los detalles están en {url} para quien quiera leerlos.
[common.card]
El número de la tarjeta es {card}, por favor cobrad solo una vez.
[common.iban]
Por favor, ingresa el importe en {iban}.
[common.ip]
Las peticiones venían de {ip} por la noche.
[common.private]
Hola {name}, ¿tienes tiempo el {day}?
Hola {name}, gracias por lo de ayer.
[common.private_body]
Por favor, no se lo cuentes a nadie todavía.
Aún no se lo he dicho a mi jefa.
Podríamos vernos en {city}.
[common.poll]
Sí, cada semana.
Solo si alguien lo pide.
Menos de {n} horas.
[common.article]
Notas después de {nn} semanas
Lo que hemos cambiado
[common.profile]
Trabajo en este oficio desde hace {years} años.
Me gustan los acuerdos claros y las reuniones cortas.
Vivo en {city}.
[common.resume]
Responsable de un equipo de {n} personas, {city}.
Formación terminada con matrícula de honor.
[common.screening]
Sí, puedo empezar en {month}.
Tengo {years} años de experiencia en esto.
[common.genai]
Haz este mensaje más corto y más amable:
Escribe una respuesta cortés a un cliente:
[common.feedback]
Pulgar arriba: la propuesta era corta y correcta.
La propuesta no sonaba a mí.
[common.usage]
sugerencias mostradas {nn}, aceptadas {n}
"""
